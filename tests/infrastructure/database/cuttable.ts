import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A cable to a server that can be pulled out and put in again: the server itself is shared by all suites. */
export async function makeCuttable(target: URL) {
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
    if (isHanging) for (const socket of [near, far]) socket.pause();
  });
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  /** Lets nothing through and closes nothing: a server that hangs. */
  const hang = () => {
    isHanging = true;
    for (const socket of sockets) socket.pause();
  };
  const letGo = () => {
    isHanging = false;
    for (const socket of sockets) socket.resume();
  };
  return { url: url.href, cut, mend: () => listen(port), hang, letGo };
}
