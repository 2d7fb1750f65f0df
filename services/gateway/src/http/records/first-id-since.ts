/** Before all ids of that time and behind those before it: an id begins with its time (RFC 9562, 5.7), and so the primary key finds rows by when they were written. */
export function firstIdSince(time: number): Buffer {
  const id = Buffer.alloc(16);
  id.writeUIntBE(Math.max(0, time), 0, 6);
  return id;
}
