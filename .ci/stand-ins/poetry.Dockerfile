# Poetry brings certificates of its own and does not look at those of the system unless it is told to.
# hadolint ignore=DL3006
FROM python:3.13-slim
ENV REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
