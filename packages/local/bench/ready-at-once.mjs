// What Node.js itself takes until a service without any code would serve.
process.send({ ready: true, ports: {} });
