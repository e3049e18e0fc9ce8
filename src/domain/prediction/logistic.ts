/** Logistic regression: fitting, for training by hand, and what a fitted one says. */

export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

export interface Design {
  /** Row by row, without a column for the intercept. */
  inputs: Float64Array;
  columns: number;
  /** 0 or 1, one per row. */
  outcomes: Uint8Array;
  /** How much each row counts. */
  weights: Float64Array;
}

export interface Fitted {
  intercept: number;
  coefficients: number[];
}

const mostSteps = 50;
const goodEnough = 1e-10;

/** Solves a symmetric positive definite system by Cholesky's method. @throws Error when it is none. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = right.length;
  const lower = matrix.map((row) => row.map(() => 0));
  const get = (rows: readonly (readonly number[])[], row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = get(matrix, row, column);
      for (let k = 0; k < column; k += 1) sum -= get(lower, row, k) * get(lower, column, k);
      if (row === column && !(sum > 0)) throw new Error('the inputs determine no single fit');
      (lower[row] as number[])[column] = row === column ? Math.sqrt(sum) : sum / get(lower, column, column);
    }
  }
  const half: number[] = [];
  for (let row = 0; row < size; row += 1) {
    let sum = right[row] ?? 0;
    for (let k = 0; k < row; k += 1) sum -= get(lower, row, k) * (half[k] ?? 0);
    half[row] = sum / get(lower, row, row);
  }
  const solution: number[] = Array.from({ length: size }, () => 0);
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = half[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) sum -= get(lower, k, row) * (solution[k] ?? 0);
    solution[row] = sum / get(lower, row, row);
  }
  return solution;
}

/** Gradient and information of the weighted log-likelihood at a point. */
function stepFrom(beta: readonly number[], { inputs, columns, outcomes, weights }: Design, ridge: number) {
  const size = columns + 1;
  const gradient = new Float64Array(size);
  const information = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  for (let index = 0; index < outcomes.length; index += 1) {
    let logOdds = beta[0] ?? 0;
    for (let k = 1; k < size; k += 1) {
      row[k] = inputs[index * columns + k - 1] ?? 0;
      logOdds += (beta[k] ?? 0) * (row[k] ?? 0);
    }
    const p = sigmoid(logOdds);
    const weight = weights[index] ?? 0;
    const residual = weight * ((outcomes[index] ?? 0) - p);
    const curvature = weight * p * (1 - p);
    for (let k = 0; k < size; k += 1) {
      const value = row[k] ?? 0;
      gradient[k] = (gradient[k] ?? 0) + residual * value;
      for (let j = 0; j <= k; j += 1)
        information[k * size + j] = (information[k * size + j] ?? 0) + curvature * value * (row[j] ?? 0);
    }
  }
  const penalty = (k: number) => (k === 0 ? 0 : ridge);
  return {
    gradient: Array.from(gradient, (value, k) => value - penalty(k) * (beta[k] ?? 0)),
    information: Array.from({ length: size }, (_, k) =>
      Array.from(
        { length: size },
        (_, j) => (information[Math.max(k, j) * size + Math.min(k, j)] ?? 0) + (k === j ? penalty(k) : 0),
      ),
    ),
  };
}

/**
 * Maximum likelihood by iteratively reweighted least squares (McCullagh & Nelder 1989), with a ridge penalty
 * `ridge/2 · Σβ²` on all but the intercept (le Cessie & van Houwelingen 1992). No class weights: probabilities must
 * mean what they say.
 * @throws Error when the inputs determine no single fit, or 50 steps do not lead to it (outcomes that a signal
 * separates have none without a penalty).
 */
export function fitLogistic(design: Design, ridge = 0): Fitted {
  let beta: number[] = Array.from({ length: design.columns + 1 }, () => 0);
  for (let step = 0; step < mostSteps; step += 1) {
    const { gradient, information } = stepFrom(beta, design, ridge);
    const change = solve(information, gradient);
    beta = beta.map((value, k) => value + (change[k] ?? 0));
    if (!beta.every(Number.isFinite)) break;
    if (Math.max(...change.map(Math.abs)) < goodEnough) {
      const [intercept = 0, ...coefficients] = beta;
      return { intercept, coefficients };
    }
  }
  throw new Error('the fit does not settle');
}
