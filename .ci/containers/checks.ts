/** Counts checks and prints a line for each, with what it found and how long it took. */
export class Checks {
  passed = 0;
  failed = 0;

  async run(what: string, check: () => Promise<unknown>): Promise<void> {
    const began = performance.now();
    try {
      const found = await check();
      this.passed++;
      console.log(`✓ ${what} (${Math.round(performance.now() - began)} ms)`);
      if (typeof found === 'string' && found !== '') console.log(found.replaceAll(/^/gm, '    '));
    } catch (error) {
      this.fail(what, error);
    }
  }

  fail(what: string, error: unknown): void {
    this.failed++;
    console.log(`✗ ${what}\n    ${error instanceof Error ? error.message : String(error)}`);
  }
}
