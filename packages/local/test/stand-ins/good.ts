// A service that migrates and serves at once, and takes its time to stop when asked to.
if (process.argv[2] !== 'migrate') {
  const interval = setInterval(() => undefined, 1000);
  process.on('SIGTERM', () => {
    if (process.env.STAND_IN_IGNORES_SIGTERM) return;
    clearInterval(interval);
    process.disconnect?.();
  });
  process.send?.({ ready: true, ports: {} });
}
