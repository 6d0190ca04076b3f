/** Logistic regression by Newton's method. Pure. */
import { sigmoid } from '../server/common/sigmoid.ts';

export interface Row {
  readonly values: readonly number[];
  readonly isRight: boolean;
  /** Multiplicity; 1 by default. */
  readonly weight?: number;
}

/** Shrinks towards 0, so that features present in few rows matter little. */
const RIDGE = 1;
const ITERATIONS = 25;

/** Log odds per unit of each value; add a value that is always 1 for the intercept. */
export function logistic(rows: readonly Row[], ridge = RIDGE): number[] {
  let weights = rows[0]!.values.map(() => 0);
  for (let i = 0; i < ITERATIONS; i++) {
    const gradient = weights.map((weight) => -ridge * weight);
    const hessian = weights.map((_, a) => weights.map((__, b) => (a === b ? ridge : 0)));
    for (const { values, isRight, weight = 1 } of rows) {
      const chance = sigmoid(dot(values, weights));
      const error = weight * (Number(isRight) - chance);
      for (const [a, value] of values.entries()) {
        gradient[a]! += error * value;
        for (const [b, other] of values.entries()) hessian[a]![b]! += weight * chance * (1 - chance) * value * other;
      }
    }
    const step = solved(hessian, gradient);
    weights = weights.map((weight, a) => weight + step[a]!);
  }
  return weights;
}

export function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** x of matrix · x = vector, by Gaussian elimination; the matrix is positive definite. */
function solved(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, vector[i]!]);
  for (let at = 0; at < rows.length; at++) {
    const pivot = rows[at]!;
    for (const [i, row] of rows.entries()) {
      if (i === at) continue;
      const factor = row[at]! / pivot[at]!;
      for (let k = at; k < row.length; k++) row[k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}
