/** How a metric is written for people. Options and records keep its short name (`rmse`, `logLoss`, `ndcg@10`). */

const titles: Readonly<Record<string, string>> = {
  rmse: 'RMSE',
  mae: 'MAE',
  logLoss: 'log loss',
  auc: 'AUC',
  gauc: 'GAUC',
  hr: 'HR',
  ndcg: 'NDCG',
  mrr: 'MRR',
};

/** `RMSE` for `rmse`, `NDCG@10` for `ndcg@10`; a name that is none of ours stays as it is. */
export function metricTitle(metric: string): string {
  const [family, ...cutoff] = metric.split('@');
  return [Object.hasOwn(titles, family) ? titles[family] : family, ...cutoff].join('@');
}
