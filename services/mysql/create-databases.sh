# shellcheck shell=bash
# Sourced by the MySQL image when its data folder is new. Each service has a database that no other sees, and two users: the
# one that it runs as reads and writes rows, and cannot change a table or lift the triggers that seal the audit log; the
# owner is for `migrate` alone.
for name in gateway worker; do
  docker_process_sql --database=mysql <<SQL
CREATE DATABASE \`$name\` CHARACTER SET utf8mb4;
CREATE USER '$name'@'%' IDENTIFIED BY '$(cat "/run/secrets/${name}_password")';
GRANT SELECT, INSERT, UPDATE, DELETE ON \`$name\`.* TO '$name'@'%';
CREATE USER '${name}_owner'@'%' IDENTIFIED BY '$(cat "/run/secrets/${name}_owner_password")';
GRANT ALL ON \`$name\`.* TO '${name}_owner'@'%';
SQL
done
