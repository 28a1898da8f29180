# What a stand-in for the official Node.js image needs: node, npm and yarn, all from the registry of npm.
ARG IMAGE
# hadolint ignore=DL3006
FROM ${IMAGE}
# node calls the certificates of the system its own only when it is told to.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY yarn /usr/local/lib/node_modules/yarn
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
    && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
    && ln -s ../lib/node_modules/yarn/bin/yarn.js /usr/local/bin/yarn
CMD ["node"]
