/**
 * The body of an answer as text. Whoever is asked must not be able to fill the memory of whoever asks: past the bound the connection is ended.
 *
 * @param mostBytes of the body, as it is after it was unpacked
 * @throws Error for a longer one; what reading throws
 */
export async function boundedText(response: Response, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`its answer is longer than ${mostBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
