/**
 * A text as a picture that an app's camera reads, in SVG. What draws it is loaded with the first that is asked for: few are, and each start
 * would pay for it.
 */
export async function qrCode(text: string): Promise<string> {
  const qr = await import('qrcode');
  return qr.toString(text, { type: 'svg' });
}
