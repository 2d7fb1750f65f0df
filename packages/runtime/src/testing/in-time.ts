/** What fast-check calls for each run of a property. */
interface AsyncProperty {
  run(...args: never[]): Promise<unknown>;
}

/**
 * A property whose runs are passed over once its time is up: on a slow machine fewer will do. fast-check's own
 * `interruptAfterTimeLimit` leaves the run under way going on, beside whatever test comes next on the same tables.
 */
export function inTime<Property extends AsyncProperty>(property: Property, ms = 30_000): Property {
  const run = property.run.bind(property);
  // From its first run, which is never passed over.
  let end: number | undefined;
  property.run = (...args) => {
    end ??= performance.now() + ms;
    return performance.now() < end ? run(...args) : Promise.resolve(null);
  };
  return property;
}
