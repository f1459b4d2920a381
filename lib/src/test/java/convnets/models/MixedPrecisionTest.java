package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of every kind compute in half the precision, forward and backward. */
class MixedPrecisionTest {

  private static final int CLASSES = 5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet5_1998",
        "lenet5",
        "alexnet_2012",
        "googlenet_aux",
        "squeezenet1_1",
        "resnet18",
        "resnest50",
        "densenet121",
        "mobilenet_v3_small",
        "shufflenet_v1_g3_x0_25",
        "shufflenet_v2_x0_5",
        "efficientnet_b0",
        "legacy_seresnet50",
        "cbam_resnet50",
        "skresnet50"
      })
  void learnsInHalfThePrecision(String name) {
    Shape input = Zoo.smallInput(name, 2, CLASSES);
    try (NDManager manager = NDManager.newBaseManager()) {
      JniUtils.setGradMode(true);
      Unit net = Models.create(name, CLASSES);
      Zoo.randomize(net, manager, input);
      NDList learned = new NDList();
      net.getParameters().values().stream()
          .filter(Parameter::requiresGradient)
          .map(Parameter::getArray)
          .distinct()
          .forEach(learned::add);
      learned.forEach(array -> array.setRequiresGradient(true));
      Pass pass = Pass.of(new ParameterStore(manager, false), true).precision(DataType.BFLOAT16);
      NDArray sum = null;
      for (NDArray logits : pass.run(net, new NDList(manager.randomNormal(input)))) {
        NDArray term = TorchOps.convert(logits, DataType.FLOAT32).square().sum();
        sum = sum == null ? term : sum.add(term);
      }
      assertThat(sum.getFloat()).isFinite();
      for (NDArray gradient : TorchOps.gradients(sum, learned)) {
        assertThat(gradient.getDataType()).isEqualTo(DataType.FLOAT32);
        float most = gradient.abs().max().getFloat();
        assertThat(most).isFinite();
        if (gradient.getShape().dimension() > 1) { // a bias before a batch norm has none
          assertThat(most).isPositive();
        }
      }
    } finally {
      JniUtils.setGradMode(false);
    }
  }
}
