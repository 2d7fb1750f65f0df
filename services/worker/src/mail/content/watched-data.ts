/**
 * The data of a mail, which notes in `missing` what is asked of it and is not there. A mail that was queued by another release may have
 * other fields than this one asks for, and a text of `say` makes the word "undefined" of what it does not have, where nobody sees it.
 */
export function watchedData<Data>(data: Data, missing: Set<string>, path = ''): Data {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((item, index) => watchedData(item, missing, `${path}${index}.`)) as Data;
  if (Object.getPrototypeOf(data) !== Object.prototype) return data;
  const inside = Object.fromEntries(
    Object.entries(data).map(([name, item]) => [name, watchedData(item, missing, `${path}${name}.`)]),
  );
  return new Proxy(inside, {
    get(fields, name) {
      if (typeof name === 'string' && fields[name] === undefined) missing.add(path + name);
      return Reflect.get(fields, name);
    },
  }) as Data;
}
