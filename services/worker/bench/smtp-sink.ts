import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/**
 * The cheapest SMTP server there can be, in a process of its own: it takes every mail and keeps none, so that what is
 * measured is the sender. Sends its parent its port; with the argument `report`, of each mail its recipient and when it was taken as well.
 */
const reporting = process.argv[2] === 'report';

function converse(socket: Socket): void {
  let inBody = false;
  let tail = '';
  let recipient = '';
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.write('220 sink ESMTP\r\n');
  socket.on('data', (chunk) => {
    let text = tail + chunk.toString('latin1');
    tail = '';
    let replies = '';
    while (text !== '') {
      const end = text.indexOf(inBody ? '\r\n.\r\n' : '\r\n');
      if (end < 0) {
        tail = inBody ? text.slice(-4) : text;
        break;
      }
      const line = text.slice(0, end);
      text = text.slice(end + (inBody ? 5 : 2));
      if (inBody) {
        inBody = false;
        replies += '250 2.0.0 ok\r\n';
        if (reporting) process.send?.({ recipient, at: performance.timeOrigin + performance.now() });
      } else if (/^DATA/i.test(line)) {
        inBody = true;
        replies += '354 go on\r\n';
      } else {
        recipient = /^RCPT TO:<([^>]*)>/i.exec(line)?.[1] ?? recipient;
        replies += /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n';
      }
    }
    if (replies !== '') socket.write(replies);
  });
}

const server = createServer(converse);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
