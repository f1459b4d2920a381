package convnets.weights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a program put before all names of a network when it held it as a part of something larger:
 * {@code model.} in a module of Lightning, {@code backbone.} in a detector.
 */
final class Scope {

  private Scope() {}

  /**
   * The tensors without the scope, if all names of the block are in one and none is outside;
   * otherwise as they are. What else is in the file keeps its name.
   *
   * @param names what the block needs
   */
  static Map<String, StoredTensor> opened(Set<String> names, Map<String, StoredTensor> tensors) {
    List<String> scopes = of(names, tensors.keySet());
    if (scopes.size() != 1) {
      return tensors;
    }
    String scope = scopes.get(0);
    Map<String, StoredTensor> opened = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            opened.put(name.startsWith(scope) ? name.substring(scope.length()) : name, tensor));
    return opened.size() == tensors.size() ? opened : tensors;
  }

  /** Each scope in which the file has all of these names, if it has none of them as it is. */
  static List<String> of(Set<String> names, Set<String> inFile) {
    List<String> scopes = new ArrayList<>();
    if (names.isEmpty() || names.stream().anyMatch(inFile::contains)) {
      return scopes;
    }
    String any = "." + names.iterator().next();
    for (String name : inFile) {
      if (name.endsWith(any)) {
        String scope = name.substring(0, name.length() - any.length() + 1);
        if (names.stream().allMatch(needed -> inFile.contains(scope + needed))) {
          scopes.add(scope);
        }
      }
    }
    return scopes;
  }
}
