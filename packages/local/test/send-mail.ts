import { createTransport, type SendMailOptions } from 'nodemailer';

/** Sends one mail to an SMTP server on this machine, in clear text. */
export async function sendMail(port: number, mail: SendMailOptions): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false });
  await transport.sendMail(mail);
  transport.close();
}
