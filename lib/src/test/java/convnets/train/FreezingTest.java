package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import convnets.nn.Unit;
import org.junit.jupiter.api.Test;

/** Networks that were frozen, in DJL's way, as a whole. */
class FreezingTest extends SmallProblem {

  FreezingTest() {
    super(60, 20);
  }

  @Test
  void whatIsUnfrozenLearnsAgainAndStatisticsStayWhatTheyAre() {
    Unit net = Fixtures.convNet();
    onProblem(net).epochs(1).fit();
    net.freezeParameters(true);
    net.freezeParameters(false); // DJL unfreezes the running statistics as well
    NDArray before = net.getParameters().get("conv1.weight").getArray().duplicate();
    History history = onProblem(net).epochs(1).fit();
    assertThat(history.last().training().loss()).isFinite();
    assertThat(net.getParameters().get("conv1.weight").getArray()).isNotEqualTo(before);
    assertThat(net.getParameters().get("bn1.running_mean").requiresGradient()).isFalse();
    assertThat(net.getParameters().get("bn1.running_var").requiresGradient()).isFalse();
  }

  @Test
  void aWhollyFrozenNetworkIsRefused() {
    Unit net = Fixtures.convNet();
    onProblem(net).epochs(1).fit();
    net.freezeParameters(true);
    assertThatIllegalStateException()
        .isThrownBy(() -> onProblem(net).epochs(1).fit())
        .withMessageStartingWith("there is nothing to learn: all parameters of the network")
        .withMessageContaining("net.freezeParameters(false)");
  }
}
