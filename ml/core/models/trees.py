"""A forest as arrays: read without pickle, the same bytes for the same forest, and quick for a single row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in a row. A leaf is its own child on both sides.

    scikit-learn's own way costs several milliseconds per call, whatever the number of rows. This gives the
    same numbers to the last digit.

    Attributes:
        roots: (trees,) index of each root.
        feature: (nodes,) column that the node looks at.
        threshold: (nodes,) rows up to it go left.
        children: (nodes, 2) index of the right child, then of the left one.
        value: (nodes,) mean of the training rows in the node.
    """

    roots: Ints
    feature: Ints
    threshold: NDArray[np.float64]
    children: Ints
    value: NDArray[np.float64]

    @classmethod
    def of(cls, trees: Sequence[Any]) -> Self:
        """From the `tree_` of each of scikit-learn's regression trees."""
        counts = [tree.node_count for tree in trees]
        roots = np.cumsum([0, *counts[:-1]]).astype(np.int32)
        here = np.arange(sum(counts), dtype=np.int32)
        left, right = (
            np.concatenate([getattr(tree, side) + root for tree, root in zip(trees, roots, strict=True)])
            for side in ("children_left", "children_right")
        )
        leaf = np.concatenate([tree.children_left for tree in trees]) < 0
        children = np.where(leaf[:, None], here[:, None], np.stack([right, left], axis=1))
        threshold = np.concatenate([tree.threshold for tree in trees])
        return cls(
            roots=roots,
            feature=np.where(leaf, 0, np.concatenate([tree.feature for tree in trees])).astype(np.int32),
            threshold=np.where(leaf, np.inf, threshold),
            children=children.astype(np.int32),
            value=np.concatenate([tree.value[:, 0, 0] for tree in trees]),
        )

    def predict(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        """Mean of the trees for each row; the rows take `ROWS` at a time, which bounds the memory."""
        parts = [self._predict(matrix[i : i + ROWS]) for i in range(0, len(matrix), ROWS)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _predict(self, matrix: NDArray[np.float32]) -> NDArray[np.float64]:
        rows, width = matrix.shape
        flat, children = matrix.ravel(), self.children.ravel()
        leaves = np.repeat(self.roots, rows)
        going = np.arange(len(leaves))  # those that have not reached a leaf
        node, row = leaves, np.tile(np.arange(rows) * width, len(self.roots))
        while len(going):
            goes_left = flat[row + self.feature[node]] <= self.threshold[node]
            child = children[2 * node + goes_left]
            arrived = child == node
            if arrived.any():
                leaves[going[arrived]] = node[arrived]
                going, child, row = going[~arrived], child[~arrived], row[~arrived]
            node = child
        # Added tree by tree, as scikit-learn does: NumPy's own sum would round differently.
        added = np.add.accumulate(self.value[leaves].reshape(len(self.roots), rows), axis=0)
        return added[-1] / len(self.roots)

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
            ValueError: they are no forest: a path would lead out of the arrays or in a circle.
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
            raise ValueError("the arrays are no forest")
        return trees


ROWS = 1024
