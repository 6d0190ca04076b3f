// Loaded into the server by check:soak (collecting.ts).
process.on('SIGUSR2', () => globalThis.gc());
