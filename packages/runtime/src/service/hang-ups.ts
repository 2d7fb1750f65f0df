let early = false;
const note = () => {
  early = true;
};

/** For whoever is going to serve: a SIGHUP that comes while it starts must not end the process, which is what it does where nobody listens. */
export function expectHangUps(): void {
  process.on('SIGHUP', note);
}

/** Runs `work` at each SIGHUP from now on, and at once where one came since `expectHangUps`: what it announced may have been read before it. */
export function onHangUps(work: () => void): void {
  process.on('SIGHUP', work);
  process.off('SIGHUP', note);
  if (early) work();
  early = false;
}
