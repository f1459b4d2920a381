package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import convnets.models.Models.Entry;
import convnets.nn.Unit;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tech.tablesaw.api.Table;

class ModelsTest {

  /** A GPU may record their steps. */
  @Test
  void allRepeatThemselves() {
    assertThat(Models.list())
        .filteredOn(entry -> !Models.create(entry.name()).repeats())
        .extracting(Entry::name)
        .allMatch(name -> name.startsWith("lenet"), "LeNet's, whose C3 is made of Java's numbers");
  }

  @ParameterizedTest
  @MethodSource("convnets.models.Zoo#names")
  void theCatalogueCountsRight(String name) {
    Entry entry = Models.entry(name);
    Unit net = Models.create(name);
    assertThat(Zoo.parameters(net)).as("parameters of %s", name).isEqualTo(entry.parameters());
    assertThat(Zoo.multiplyAdds(net, new Shape(1).addAll(entry.input())))
        .as("multiply-adds of %s", name)
        .isEqualTo(entry.multiplyAdds());
    assertThat(Models.create(name, 7).outputShape(new Shape(2).addAll(entry.input())))
        .isEqualTo(new Shape(2, 7));
  }

  /** LeNet's fully connected layers fit one size, which its padding decides. */
  @ParameterizedTest
  @MethodSource("convnets.models.Zoo#names")
  void everyNetworkHasAFormForSmallImages(String name) {
    Entry entry = Models.entry(name);
    List<Integer> sizes =
        name.startsWith("lenet") ? List.of((int) entry.input().get(1)) : List.of(28, 32);
    for (int size : sizes) {
      for (int channels : new int[] {1, 3}) {
        Unit net = entry.design().get().smallImages().channels(channels).classes(7).build();
        assertThat(net.outputShape(new Shape(2, channels, size, size))).isEqualTo(new Shape(2, 7));
      }
    }
  }

  @Test
  void aWrongNameSuggestsTheNearest() {
    assertThatThrownBy(() -> Models.create("ResNet-51"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name (ResNet-51)")
        .hasMessageContaining("did you mean resnet50?");
  }

  @Test
  void searchLooksIntoNamesAndPapers() {
    assertThat(Models.search("residual resnet1").stream().map(Entry::name))
        .containsExactly("resnet18", "resnet101", "resnet152");
    assertThat(Models.search("no such network")).isEmpty();
  }

  @Test
  void methodsBuildTheNetworksOfTheirNames() throws ReflectiveOperationException {
    List<Method> methods =
        Arrays.stream(Models.class.getMethods())
            .filter(m -> m.getReturnType() == Unit.class && m.getParameterCount() == 0)
            .toList();
    assertThat(methods).extracting(Method::getName).contains("resnet50");
    for (Method method : methods) {
      assertThat(Zoo.parameters((Unit) method.invoke(null)))
          .isEqualTo(Models.entry(method.getName()).parameters());
    }
  }

  @Test
  void aTableListsWhatWasFound() {
    Table table = Models.table("arXiv:1512.03385");
    assertThat(table.stringColumn("network").asList())
        .containsExactly("resnet18", "resnet34", "resnet50", "resnet101", "resnet152");
    assertThat(table.longColumn("parameters").get(2)).isEqualTo(25_557_032);
    assertThat(table.longColumn("multiply-adds").getString(2)).isEqualTo("4,089,184,256");
    assertThat(table.stringColumn("input").get(2)).isEqualTo("3×224×224");
    assertThat(table.doubleColumn("top-1, %").get(2)).isEqualTo(77.15);
    assertThat(Models.table("lenet5").doubleColumn("top-1, %").countMissing()).isEqualTo(2);
  }
}
