// A service that serves and then crashes, as soon as it is told to.
if (process.argv[2] !== 'migrate') {
  setInterval(() => undefined, 1000);
  process.on('SIGUSR2', () => {
    process.stderr.write('worker: uncaught exception: out of luck\n');
    process.exit(7);
  });
  process.send?.({ ready: true, ports: {} });
}
