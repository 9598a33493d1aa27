/** Python that models of some ops need above their class. */

import type { Field } from '../graph/graph.ts';
import type { HelperName } from './torchModules.ts';

export const torchHelpers: { readonly [Name in HelperName]: (fields: readonly Field[]) => string } = {
  pooledPairs: () => `
def pooled_pairs(e):
    """Sum over all pairs i < j of e_i * e_j, in linear time: [batch, slots, K] -> [batch, K] (NFM eq. 4)."""
    return 0.5 * (e.sum(dim=1).square() - e.square().sum(dim=1))
`,

  pooledProducts: () => `
def pooled_products(e, order):
    """Sum over all products of \`order\` different slots: [batch, slots, K] -> [batch, K] (higher-order FM)."""
    products = e
    for _ in range(order - 1):
        before = torch.cumsum(products, dim=1) - products
        products = e * before
    return products.sum(dim=1)
`,

  byField: (fields) => `
# Name, first feature id and number of feature ids of each field.
FIELDS = [
${fields.map(({ name, offset, size }) => `    (${pythonText(name)}, ${offset}, ${size}),`).join('\n')}
]


def by_field(e, ids):
    """The sums of the fields' vectors side by side: [batch, slots, K] -> [batch, fields * K]."""
    parts = []
    for _, first, size in FIELDS:
        in_field = (ids >= first) & (ids < first + size)
        parts.append((e * in_field.unsqueeze(-1)).sum(dim=1))
    return torch.cat(parts, dim=1)
`,

  Attention: () => `
class Attention(nn.Module):
    """Sum of the pairs' products, weighted by a softmax of h relu(W p + b) (AFM eq. 4 and 5)."""

    def __init__(self, factors, units, dropout):
        super().__init__()
        self.hidden = nn.Linear(factors, units)
        self.h = nn.Parameter(torch.randn(units))
        self.dropout = nn.Dropout(dropout)

    def forward(self, e, values):
        first, second = torch.triu_indices(e.shape[1], e.shape[1], offset=1, device=e.device)
        products = e[:, first] * e[:, second]  # [batch, pairs, factors]
        is_pair = (values[:, first] != 0) & (values[:, second] != 0)
        scores = (torch.relu(self.hidden(products)) @ self.h).masked_fill(~is_pair, -1e30)
        weights = self.dropout(torch.softmax(scores, dim=1) * is_pair)
        return (weights.unsqueeze(-1) * products).sum(dim=1)
`,
};

/** A Python string literal. */
export const pythonText = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
