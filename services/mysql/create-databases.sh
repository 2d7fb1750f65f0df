# shellcheck shell=bash
# Sourced by the MySQL image when its data folder is new: a database and a user for each service, which sees only its own.
for name in gateway worker; do
  docker_process_sql --database=mysql <<SQL
CREATE DATABASE \`$name\` CHARACTER SET utf8mb4;
CREATE USER '$name'@'%' IDENTIFIED BY '$(cat "/run/secrets/${name}_password")';
GRANT ALL ON \`$name\`.* TO '$name'@'%';
SQL
done
