/** The ids of the learner whom a path is about, put into the templates of URLs. */
export const idsIn = (path: string) => {
  const number = /u-(\d+)/.exec(path)?.[1] ?? '';
  return (url: string) => url.replaceAll(':id', `u-${number}`).replaceAll(':organization', `org-${number}`);
};
