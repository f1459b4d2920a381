package convnets.train;

import ai.djl.ndarray.NDManager;

/** The weights of the best epoch so far, where a training may stop early. */
final class Best {

  private final WeightCopy copy;
  private final int patience;

  Best(Recipe recipe, NDManager manager) {
    patience = recipe.patience;
    copy = patience == 0 ? WeightCopy.none() : WeightCopy.of(recipe.net, manager);
  }

  /**
   * Keeps the weights that were evaluated last if they are the best.
   *
   * @param evaluated empty: the live ones
   */
  void look(History history, WeightCopy evaluated) {
    if (!copy.isEmpty() && history.best().equals(history.last())) {
      copy.take(evaluated);
    }
  }

  /** Whether as many epochs as there is patience have passed since the best one. */
  boolean givesUp(History history) {
    return !copy.isEmpty()
        && !history.epochs().isEmpty()
        && history.last().epoch() - history.best().epoch() >= patience;
  }

  /** Gives the network the best weights, if an epoch was completed. */
  void give(History history) {
    if (!history.epochs().isEmpty()) {
      copy.give();
    }
  }

  WeightCopy copy() {
    return copy;
  }
}
