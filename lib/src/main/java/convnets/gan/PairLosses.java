package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import convnets.torch.TorchOps;
import convnets.train.Outcome;
import java.util.Optional;

/** What translators of pictures share. */
final class PairLosses {

  private PairLosses() {}

  /** The mean absolute difference. */
  static NDArray l1(NDArray a, NDArray b) {
    return a.sub(b).abs().mean();
  }

  /** An outcome with counts, and behind them the loss of another over the same images. */
  static Outcome and(Outcome outcome, Outcome other) {
    NDArray more = TorchOps.scale(other.loss(), other.size()).reshape(1);
    NDArray counts = outcome.counts().orElseThrow();
    NDArray all = TorchOps.concat(new NDList(counts, more), 0);
    return new Outcome(outcome.loss(), Optional.of(all), outcome.size());
  }
}
