package convnets.data;

import convnets.io.FileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with marked pictures: gathered, to be told together. */
final class Faults {
  private static final int NAMED = 100;

  private final List<String> messages = new ArrayList<>();

  void add(String message, Object... arguments) {
    messages.add(message.formatted(arguments));
  }

  void addAll(Faults others) {
    messages.addAll(others.messages);
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  List<String> messages() {
    return List.copyOf(messages);
  }

  /** Refuses what has faults, and names the first ones. */
  void refuse(Path where, String remedy) {
    if (!messages.isEmpty()) {
      throw new FileException(
          "%d %s in %s; %s:\n  %s%s"
              .formatted(
                  messages.size(),
                  messages.size() == 1 ? "fault" : "faults",
                  where,
                  remedy,
                  String.join("\n  ", messages.subList(0, Math.min(NAMED, messages.size()))),
                  messages.size() > NAMED ? "\n  and " + (messages.size() - NAMED) + " more" : ""));
    }
  }
}
