# Built by stand-ins.sh, in a folder with Node.js, npm and this machine's CA certificates.

# In place of node:26-slim.
FROM postern-stand-in-debian AS node
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY host-ca.crt /etc/ssl/certs/host-ca.crt
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
# A registry may be reached through a mirror whose certificate only this machine knows.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/host-ca.crt PATH=/usr/local/bin:/usr/bin:/bin

# In place of distroless: the packages that it has of C (libc6 whole, with the librt that native modules ask for), certificates, time zones, a user; no shell.
FROM node AS gather
RUN set -e; mkdir -p /out/nodejs/bin /out/etc/ssl /out/usr/share /out/home/nonroot /out/tmp; chmod 1777 /out/tmp \
  && cp -a /lib /lib64 /out/ \
  && cp /usr/local/bin/node /out/nodejs/bin/node \
  && { ldd /usr/local/bin/node | grep -o '/[^ ]*'; dpkg -L libc6 libgcc-s1 libstdc++6 | grep '/lib.*\.so\.[0-9]*$'; } | while read -r file; do \
       mkdir -p "/out$(dirname "$(readlink -f "$(dirname "$file")")/x")"; cp -L "$file" "/out$(readlink -f "$(dirname "$file")")/"; done \
  && cp -a /etc/ssl/certs /out/etc/ssl/ && rm /out/etc/ssl/certs/host-ca.crt \
  && cp -a /usr/share/zoneinfo /out/usr/share/ \
  && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' >/out/etc/passwd \
  && echo 'nonroot:x:65532:' >/out/etc/group \
  && echo 'hosts: files dns' >/out/etc/nsswitch.conf

FROM scratch AS distroless
COPY --from=gather /out /
USER 65532
ENV PATH=/nodejs/bin
ENTRYPOINT ["/nodejs/bin/node"]
