package convnets.inspect;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.nn.Unit;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimeSharesTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray x = manager.ones(new Shape(1, 2, 4, 4));

  private static Unit sleeping(long millis) {
    return lambda(
        "sleep",
        array -> {
          try {
            Thread.sleep(millis);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return array.duplicate();
        });
  }

  private Unit ready(Unit net) {
    net.initialize(manager, DataType.FLOAT32, x.getShape());
    return net;
  }

  @Test
  void timeIsDividedAmongKinds() {
    Unit block = seq(depthwise(2, 3), batchNorm(2), relu(), conv(2, 2, 1), batchNorm(2), relu());
    Map<String, Sample> shares = TimeShares.of(ready(seq(block, sleeping(50))), x, 4);
    assertThat(shares)
        .containsOnlyKeys("other", "3×3 depthwise conv", "1×1 conv", "normalization", "activation");
    assertThat(shares.keySet().iterator().next()).isEqualTo("other");
    assertThat(shares.get("other").median()).isBetween(0.7, 1.0);
    assertThat(shares.values().stream().mapToDouble(Sample::mean).sum()).isEqualTo(1, within(1e-9));
    assertThat(shares.get("1×1 conv").count()).isEqualTo(4);
  }

  @Test
  void layersOfOneKindAreAddedUp() {
    Unit net = ready(seq(sleeping(20), conv(2, 2, 1), sleeping(20), conv(2, 3, 1)));
    Map<String, Sample> shares = TimeShares.of(net, x, 2);
    assertThat(shares).containsOnlyKeys("other", "1×1 conv");
    assertThat(shares.get("other").median()).isGreaterThan(0.7);
  }

  @Test
  void whatJoinsBranchesCountsAndWhatNamesOrOrdersThemDoesNot() {
    Unit net =
        seq(
            add(seq(relu(), conv(2, 2, 1)), identity()),
            concat(identity(), conv(2, 2, 1)),
            named("half", split(identity(), relu())),
            gate(conv(4, 4, 1), sigmoid()));
    Map<String, Sample> shares = TimeShares.of(ready(net), x, 2);
    assertThat(shares)
        .containsOnlyKeys("activation", "1×1 conv", "identity", "add", "concat", "gate");
    assertThat(shares.values().stream().mapToDouble(Sample::mean).sum()).isEqualTo(1, within(1e-9));
  }

  @Test
  void joiningTakesItsShare() {
    NDArray large = manager.ones(new Shape(1, 4, 1024, 1024));
    Unit net = concat(identity(), identity(), identity(), identity());
    Map<String, Sample> shares = TimeShares.of(net, large, 3);
    assertThat(shares.get("concat").median()).isGreaterThan(0.5);
  }

  @Test
  void whatPassesMakeIsFreed() {
    Unit net = ready(seq(conv(2, 3, 3), relu(), flatten(), linear(48, 2)));
    int before = manager.getManagedArrays().size();
    TimeShares.of(net, x, 2);
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void thereIsAtLeastOneRound() {
    assertThatThrownBy(() -> TimeShares.of(ready(relu()), x, 0))
        .hasMessage("rounds (0) must be at least 1");
  }
}
