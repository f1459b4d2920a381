package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResNeStTest {

  /** The names in the authors' code, which has one module or the other as conv2. */
  @Test
  void radixZeroIsAPlainConvolution() {
    List<String> plain = ResNeSt.imageNet(50).radix(0).build().getParameters().keys();
    assertThat(plain)
        .contains("conv1.6.weight", "layer1.0.conv2.weight", "layer1.0.bn2.running_var")
        .contains("layer1.0.conv3.weight", "layer1.0.bn3.weight", "layer1.0.downsample.1.weight")
        .noneMatch(name -> name.contains("fc1"));
    List<String> split = ResNeSt.imageNet(50).build().getParameters().keys();
    assertThat(split)
        .contains("layer1.0.conv2.conv.weight", "layer1.0.conv2.bn0.weight")
        .contains("layer1.0.conv2.fc1.bias", "layer1.0.conv2.bn1.weight")
        .doesNotContain("layer1.0.bn2.weight");
  }

  /** As in the authors' training code. */
  @Test
  void onlyTheDeepestDropFeatures() {
    assertThat(ResNeSt.imageNet(101).build().toString()).doesNotContain("dropout, 0.2");
    assertThat(ResNeSt.imageNet(200).build().toString()).contains("dropout, 0.2");
    assertThat(ResNeSt.imageNet(269).build().toString()).contains("dropout, 0.2");
  }

  @Test
  void theFormOfTheAblationIsThatOfTheNetwork() {
    assertThat(ResNeSt.ablation(2, 1, 64).build().toString())
        .isEqualTo(ResNeSt.imageNet(50).fast().build().toString());
  }
}
