package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SKNetTest {

  /** timm's SelectiveKernelBottleneck in [3, 4, 6, 3], with kernel_size [3, 7] and [3, 5, 7]. */
  @Test
  void ablationsHaveTheParametersOfTimms() {
    assertThat(Zoo.parameters(SKNet.imageNet(50).kernels(3, 7).build())).isEqualTo(27_479_784);
    assertThat(Zoo.parameters(SKNet.imageNet(50).kernels(3, 5, 7).build())).isEqualTo(29_249_512);
  }

  @Test
  void theReductionIsBoundedFromBelow() {
    SKNet half = SKNet.imageNet(50).reduction(2);
    // Stage 1 has 128 channels: d = max(128 / r, 32).
    assertThat(half.build().toString()).contains("1×1 conv, 128 → 64");
    assertThat(SKNet.imageNet(50).build().toString()).contains("1×1 conv, 128 → 32");
  }
}
