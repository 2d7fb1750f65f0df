// A service whose environment is wrong: it says so and ends.
process.stderr.write('gateway: LINK_KEY has to be 32 bytes of base64\n');
process.exit(1);

export {};
