/**
 * Each service owns its database, and one URL names a server: the gateway gets the database of the URL, the worker
 * the same name with `_worker`.
 */
export function serviceDatabases(url: string): { gateway: string; worker: string } {
  const worker = new URL(url);
  worker.pathname = `${worker.pathname.replace(/\/$/, '')}_worker`;
  return { gateway: url, worker: worker.href };
}
