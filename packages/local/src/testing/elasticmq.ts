import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownPort } from '@postern/runtime/light';
import { Fault } from '../fault.ts';
import { type Backend, Background } from './background.ts';
import { findExecutable } from './executables.ts';

/** ElasticMQ's version that the tests are known to pass on; it needs Java 17. */
export const elasticmqVersion = '1.6.14';

/** The folder that holds ElasticMQ's jar files, its own and all it needs. */
export function elasticmqFolder(env: NodeJS.ProcessEnv): string {
  return join(env.HOME ?? homedir(), '.cache/postern/elasticmq');
}

/** Brings the jar files from Maven Central into {@link elasticmqFolder}. */
export function elasticmqFetchCommand(env: NodeJS.ProcessEnv): string {
  const base = `~/.m2/repository/org/elasticmq/elasticmq-server_2.13/${elasticmqVersion}/elasticmq-server_2.13-${elasticmqVersion}`;
  const folder = elasticmqFolder(env);
  return [
    `mvn -q dependency:get -Dartifact=org.elasticmq:elasticmq-server_2.13:${elasticmqVersion}`,
    `mvn -q -f ${base}.pom dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=${folder}`,
    `cp ${base}.jar ${folder}/`,
  ].join(' && ');
}

/**
 * An ElasticMQ of the test run's own on a free port, from ELASTICMQ_CLASSPATH, ELASTICMQ_JAR (the one with everything in
 * it) or the folder of jar files; or the SQS that TEST_SQS_ENDPOINT names. `undefined` when there is none of them.
 */
export async function openElasticmq(env: NodeJS.ProcessEnv): Promise<Backend | undefined> {
  const given = env.TEST_SQS_ENDPOINT;
  if (given) return { url: given, what: 'the queue of TEST_SQS_ENDPOINT', stop: async () => undefined };
  const classpath = findClasspath(env);
  const java = findExecutable(['java'], env, env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin')] : []);
  if (!classpath || !java) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'postern-elasticmq-'));
  const port = await ownPort();
  const config = join(folder, 'elasticmq.conf');
  writeFileSync(config, configuration(port));
  const background = new Background('ElasticMQ', java, [
    '-Xmx512m',
    `-Dconfig.file=${config}`,
    '-cp',
    classpath,
    'org.elasticmq.server.Main',
  ]);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await background.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await background
    .waitUntil(async () => (await fetch(`${url}/?Action=ListQueues`)).ok)
    .catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  return { url, what: 'ElasticMQ', stop };
}

function findClasspath(env: NodeJS.ProcessEnv): string | undefined {
  if (env.ELASTICMQ_CLASSPATH) return env.ELASTICMQ_CLASSPATH;
  if (env.ELASTICMQ_JAR) {
    if (!existsSync(env.ELASTICMQ_JAR))
      throw new Fault(`ELASTICMQ_JAR names ${env.ELASTICMQ_JAR}, which is not there.`);
    return env.ELASTICMQ_JAR;
  }
  const folder = elasticmqFolder(env);
  const hasServer = existsSync(folder) && readdirSync(folder).some((it) => /^elasticmq-server.*\.jar$/.test(it));
  return hasServer ? `${folder}/*` : undefined;
}

/**
 * The limits of AWS are kept (`strict`); nothing but the SQS port is opened. A request may take as long as a machine stands still: after 21 s
 * ElasticMQ would refuse it.
 */
function configuration(port: number): string {
  return `include classpath("application.conf")
node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }
rest-sqs { enabled = true, bind-port = ${port}, bind-hostname = "127.0.0.1", sqs-limits = strict }
rest-stats { enabled = false }
pekko.http.server { request-timeout = 120 s, idle-timeout = 150 s }
aws { region = us-east-1, accountId = 000000000000 }
`;
}
