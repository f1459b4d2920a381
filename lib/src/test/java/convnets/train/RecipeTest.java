package convnets.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import convnets.data.Mixing;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Nobody resumes another training by accident. */
class RecipeTest extends SmallProblem {

  RecipeTest() {
    super(20, 10);
  }

  /** A change of each option that a checkpoint must notice. */
  private Map<String, Consumer<Recipe>> changes(NDManager manager) {
    Map<String, Consumer<Recipe>> changes = new HashMap<>();
    changes.put(
        "learner",
        r -> {
          Player player = r.learner.players().get(0);
          r.learner = new Supervised(player, Classification.standard().smoothing(0.1));
        });
    changes.put("rates", r -> r.rates = Rates.alike().freeze("fc"));
    changes.put("train", r -> r.train = Fixtures.rows(manager, 21, 1));
    changes.put("batchSize", r -> r.batchSize = 64);
    changes.put("accumulate", r -> r.accumulate = 2);
    changes.put("optimizer", r -> r.optimizer = AdamW.standard());
    changes.put("mixing", r -> r.mixing = Mixing.mixup(1));
    changes.put("precision", r -> r.precision = DataType.BFLOAT16);
    changes.put("seed", r -> r.seed = 1);
    changes.put("deterministic", r -> r.deterministic = true);
    changes.put("averaging", r -> r.averaging = Averaging.decay(0.9));
    changes.put("clip", r -> r.clip = 1);
    changes.put("patience", r -> r.patience = 3);
    changes.put("devices", r -> r.devices = List.of(Device.cpu(), Device.cpu()));
    return changes;
  }

  private Recipe recipe() {
    return new Recipe()
        .with(
            r -> {
              r.learner = Supervised.of(Fixtures.linearNet());
              r.train = train;
              r.devices = List.of(Device.cpu());
            });
  }

  @Test
  void everyOptionIsComparedOrSaysWhyNot() {
    Set<String> told = new TreeSet<>(recipe().identity().keySet());
    assertThat(told).doesNotContainAnyElementsOf(Recipe.FREE.keySet());
    told.addAll(Recipe.FREE.keySet());
    assertThat(options()).isEqualTo(told);
  }

  private static Set<String> options() {
    return Arrays.stream(Recipe.class.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .map(Field::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aChangeOfAnOptionChangesItsPartOfTheIdentityAlone() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, String> before = recipe().identity();
      Map<String, Consumer<Recipe>> changes = changes(manager);
      assertThat(changes).containsOnlyKeys(before.keySet());
      changes.forEach(
          (option, change) -> {
            Map<String, String> after = recipe().with(change).identity();
            assertThat(after.keySet()).isEqualTo(before.keySet());
            after.forEach(
                (name, value) ->
                    assertThat(value.equals(before.get(name)))
                        .as("%s when %s changes", name, option)
                        .isEqualTo(!name.equals(option)));
          });
    }
  }
}
