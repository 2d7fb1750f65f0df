/** Stands in for `fetch` where a test has not said what is answered: nothing outside is called by accident. */
export const unreachable = async (url: string | URL): Promise<Response> => {
  throw new Error(
    `a test calls nothing outside: say what ${new URL(url).host} answers, as { fetch: async () => new Response(…) }`,
  );
};
