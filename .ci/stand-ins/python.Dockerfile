# What a stand-in for another series of the official Python image needs: that Python, without the first one's.
ARG IMAGE
# hadolint ignore=DL3006
FROM ${IMAGE}
RUN rm -rf /usr/local/bin/* /usr/local/include /usr/local/lib/* /usr/local/share
COPY . /usr/local/
ARG SERIES
RUN rm /usr/local/Dockerfile \
    && sed -i '1s|^#!.*/python|#!/usr/local/bin/python|' /usr/local/bin/pip* \
    && ln -sf "python${SERIES}" /usr/local/bin/python3 \
    && ln -sf "python${SERIES}" /usr/local/bin/python \
    && ldconfig
