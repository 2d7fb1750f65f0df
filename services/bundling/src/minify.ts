/** Names of classes stay: they are the names of errors in logs. */
export const minify = {
  compress: { keepNames: { function: false, class: true } },
  mangle: { keepNames: { function: false, class: true } },
};
