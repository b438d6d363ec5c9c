"""Decision trees as arrays: no pickle, equal bytes for equal trees, fast for a single row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True)
class Tree:
    """One tree from its library: nodes in any order in which children come after their parents.

    Attributes:
        left: (nodes,) where rows up to the threshold go, negative for a leaf.
        right: (nodes,) where the other rows go.
        feature: (nodes,) column that the node compares; unused for a leaf.
        threshold: (nodes,) unused for a leaf.
        value: (nodes,) the leaf's value; unused for other nodes.
    """

    left: NDArray[Any]
    right: NDArray[Any]
    feature: NDArray[Any]
    threshold: NDArray[Any]
    value: NDArray[Any]


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in a row. A leaf is its own child on both sides.

    Scoring by the libraries themselves costs milliseconds per call (scikit-learn), ends the process on a
    damaged file (XGBoost), and brings a large library into the server. This gives the same numbers.

    Attributes:
        roots: (trees,) index of each root.
        feature: (nodes,) column that the node compares.
        threshold: (nodes,) rows up to it go left.
        children: (nodes, 2) index of the right child, then of the left one.
        value: (nodes,) value of a leaf.
    """

    roots: Ints
    feature: Ints
    threshold: NDArray[np.float64]
    children: Ints
    value: NDArray[np.float64]

    @classmethod
    def of(cls, trees: Sequence[Tree]) -> Self:
        counts = [len(tree.left) for tree in trees]
        roots = np.cumsum([0, *counts[:-1]])
        here = np.arange(sum(counts))
        leaf = np.concatenate([tree.left for tree in trees]) < 0
        children = [
            np.where(leaf, here, np.concatenate([s + root for s, root in zip(side, roots, strict=True)]))
            for side in ([tree.right for tree in trees], [tree.left for tree in trees])
        ]
        return cls(
            roots=roots.astype(np.int32),
            feature=np.where(leaf, 0, np.concatenate([t.feature for t in trees])).astype(np.int32),
            threshold=np.where(leaf, np.inf, np.concatenate([t.threshold for t in trees])),
            children=np.stack(children, axis=1).astype(np.int32),
            value=np.where(leaf, np.concatenate([t.value for t in trees]), 0.0),
        )

    def total(self, matrix: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Sum of the trees' values for each row of (rows, columns)."""
        # Some rows at a time, which limits the memory.
        parts = [self._total(matrix[i : i + ROWS]) for i in range(0, len(matrix), ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _total(self, matrix: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        rows, width = matrix.shape
        flat, children = matrix.ravel(), self.children.ravel()
        leaves = np.repeat(self.roots, rows)
        active = np.arange(len(leaves))  # those that have not reached a leaf
        node, row = leaves, np.tile(np.arange(rows) * width, len(self.roots))
        while len(active):
            goes_left = flat[row + self.feature[node]] <= self.threshold[node]
            child = children[2 * node + goes_left]
            arrived = child == node
            if arrived.any():
                leaves[active[arrived]] = node[arrived]
                active, child, row = active[~arrived], child[~arrived], row[~arrived]
            node = child
        # Added tree by tree, as the libraries do: NumPy's own sum would round differently.
        return np.add.accumulate(self.value[leaves].reshape(len(self.roots), rows), axis=0)[-1]

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "roots": self.roots,
            "feature": self.feature,
            "threshold": self.threshold,
            "children": self.children,
            "value": self.value,
        }

    @classmethod
    def restore(cls, arrays: Mapping[str, NDArray[Any]], width: int) -> Self:
        """The forest whose `arrays` these are, for matrices of `width` columns.

        Raises:
            ValueError: they are not a forest: a path would leave the arrays or form a cycle.
        """
        trees = cls(
            roots=arrays["roots"].astype(np.int32),
            feature=arrays["feature"].astype(np.int32),
            threshold=arrays["threshold"].astype(np.float64),
            children=arrays["children"].astype(np.int32),
            value=arrays["value"].astype(np.float64),
        )
        nodes = len(trees.value)
        here = np.arange(nodes)[:, None]
        is_leaf = (trees.children == here).all(1)
        sound = (
            len(trees.feature) == len(trees.threshold) == nodes > 0
            and trees.children.shape == (nodes, 2)
            and ((trees.children > here).all(1) | is_leaf).all()  # a child always comes after its parent
            and trees.children.max() < nodes
            and 0 <= trees.feature.min() <= trees.feature.max() < width
            and len(trees.roots) > 0
            and 0 <= trees.roots.min() <= trees.roots.max() < nodes
        )
        if not sound:
            raise ValueError("the arrays are not a forest")
        return trees


ROWS = 1024
