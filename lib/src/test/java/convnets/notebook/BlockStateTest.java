package convnets.notebook;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an answer may do with a network that it must leave alone, and what not. */
class BlockStateTest {

  private final NDManager manager = NDManager.newBaseManager();
  private final Unit net = seq(conv(2, 2, 1).bn());
  private final NDArray x = manager.ones(new Shape(2, 2, 3, 3));

  @BeforeEach
  void initialise() {
    net.initialize(manager, DataType.FLOAT32, x.getShape());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void returnsTheAnswer() {
    assertThat(Course.check("00.1").<Shape>unchanged("net", net, () -> net.apply(x).getShape()))
        .isEqualTo(x.getShape());
  }

  @Test
  void whatIsPutBackIsUnchanged() {
    NDArray weight = array("bn1.weight");
    use(
        () -> {
          NDArray kept = weight.duplicate();
          TorchOps.copy(weight.zerosLike(), weight);
          TorchOps.copy(kept, weight);
          net.freezeParameters(true, p -> p.getType() == Parameter.Type.WEIGHT);
          net.freezeParameters(false, p -> p.getType() == Parameter.Type.WEIGHT);
        });
  }

  @Test
  void valuesChange() {
    assertChanged(
        () -> TorchOps.copy(array("conv1.weight").zerosLike(), array("conv1.weight")),
        "net afterwards, conv1.weight: at (0, 0, 0, 0) expected");
  }

  @Test
  void runningStatisticsChange() {
    assertChanged(
        () -> net.forward(new ParameterStore(manager, false), new NDList(x), true),
        "net afterwards, bn1.running_mean");
  }

  @Test
  void parametersFreeze() {
    assertChanged(
        () -> net.getParameters().get("bn1.bias").freeze(true),
        "net afterwards, whether bn1.bias can be trained: expected true, but got false");
  }

  @Test
  void whatWasChangedIsPutBackForTheNextCheck() {
    NDArray before = array("conv1.weight").duplicate();
    assertThatThrownBy(
            () ->
                use(
                    () -> {
                      TorchOps.copy(before.zerosLike(), array("conv1.weight"));
                      net.getParameters().get("bn1.weight").freeze(true);
                      net.forward(new ParameterStore(manager, false), new NDList(x), true);
                      throw new IllegalStateException("slip");
                    }))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining("but got IllegalStateException: slip");
    assertThat(array("conv1.weight")).isEqualTo(before);
    assertThat(array("bn1.running_mean").sum().getFloat()).isZero();
    assertThat(net.getParameters().get("bn1.weight").requiresGradient()).isTrue();
    assertThat(net.getParameters().get("bn1.running_var").requiresGradient()).isFalse();
  }

  @Test
  void arraysAreExchangedOrClosed() {
    assertChanged(
        () -> array("bn1.bias").close(), "net afterwards, bn1.bias: expected (2) float32");
  }

  @Test
  void aLayerIsTakenOut() {
    SequentialBlock chain = new SequentialBlock().add(net);
    assertThatThrownBy(
            () ->
                Course.check("00.1")
                    .unchanged(
                        "chain",
                        chain,
                        () -> {
                          chain.removeLastBlock();
                          return null;
                        }))
        .hasMessageContaining("chain afterwards, its parameters: expected [");
  }

  @Test
  void gradModeChanges() {
    boolean before = JniUtils.isGradMode();
    try {
      assertChanged(
          () -> JniUtils.setGradMode(!before),
          "PyTorch's grad mode afterwards: expected " + before);
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  private NDArray array(String name) {
    return net.getParameters().get(name).getArray();
  }

  private void assertChanged(Runnable answer, String message) {
    assertThatThrownBy(() -> use(answer))
        .isInstanceOf(CheckFailedException.class)
        .hasMessageContaining(message);
  }

  private void use(Runnable answer) {
    Course.check("00.1")
        .unchanged(
            "net",
            net,
            () -> {
              answer.run();
              return null;
            });
  }
}
