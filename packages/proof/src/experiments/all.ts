import type { Experiment } from '../experiment.ts';
import { credentialRaces } from './credential-races.ts';
import { cutCommits } from './cut-commits.ts';
import { databaseOutages } from './database-outages.ts';
import { deadlockStorm } from './deadlock-storm.ts';
import { deafLogs } from './deaf-logs.ts';
import { fifoOrder } from './fifo-order.ts';
import { frozenReplicas } from './frozen-replicas.ts';
import { fullDisks } from './full-disks.ts';
import { fuzz } from './fuzz.ts';
import { gatewayKills } from './gateway-kills.ts';
import { longTransactions } from './long-transactions.ts';
import { poison } from './poison.ts';
import { randomFaults } from './random-faults.ts';
import { repeatedMessages } from './repeated-messages.ts';
import { rollingRestarts } from './rolling-restarts.ts';
import { rollingUpgrades } from './rolling-upgrades.ts';
import { setBackDatabases } from './set-back-databases.ts';
import { slowClients } from './slow-clients.ts';
import { smtpDeaths } from './smtp-deaths.ts';
import { smtpFaults } from './smtp-faults.ts';
import { sqsOutages } from './sqs-outages.ts';
import { swallowedReplies } from './swallowed-replies.ts';
import { workerFleet } from './worker-fleet.ts';
import { workerKills } from './worker-kills.ts';
import { wrongClocks } from './wrong-clocks.ts';

/** Every experiment, in the order of the table in docs/proof.md. */
export const experiments: readonly Experiment[] = [
  gatewayKills,
  workerKills,
  workerFleet,
  smtpDeaths,
  frozenReplicas,
  sqsOutages,
  swallowedReplies,
  databaseOutages,
  cutCommits,
  deadlockStorm,
  longTransactions,
  credentialRaces,
  smtpFaults,
  rollingRestarts,
  rollingUpgrades,
  setBackDatabases,
  poison,
  fifoOrder,
  repeatedMessages,
  wrongClocks,
  slowClients,
  fuzz,
  fullDisks,
  deafLogs,
  randomFaults,
];
