package convnets.detect;

/** Which thing a detection is held to have found. */
enum Matching {
  /**
   * Of the things that are not yet found the one that it overlaps most, if by the threshold; those
   * to be ignored only if there is no other. Of a crowd it needs to overlap a part: the share is of
   * the detection's own area, and a crowd is found any number of times.
   */
  COCO {
    @Override
    int thing(double[] overlaps, boolean[] passed, boolean[] crowd, boolean[] found, double least) {
      double best = Math.min(least, 1 - 1e-10);
      int thing = -1;
      for (int k = 0; k < overlaps.length; k++) {
        if (!passed[k] && !found[k] && overlaps[k] >= best) {
          best = overlaps[k];
          thing = k;
        }
      }
      if (thing >= 0) {
        return thing;
      }
      for (int k = 0; k < overlaps.length; k++) {
        if (passed[k] && (!found[k] || crowd[k]) && overlaps[k] >= best) {
          best = overlaps[k];
          thing = k;
        }
      }
      return thing;
    }
  },

  /** The thing that it overlaps most, if by the threshold, found or not. */
  VOC {
    @Override
    int thing(double[] overlaps, boolean[] passed, boolean[] crowd, boolean[] found, double least) {
      int thing = -1;
      for (int k = 0; k < overlaps.length; k++) {
        if (thing < 0 || overlaps[k] > overlaps[thing]) {
          thing = k;
        }
      }
      return thing >= 0 && overlaps[thing] >= least ? thing : -1;
    }
  };

  /**
   * The thing for a detection; detections come by falling score.
   *
   * @param overlaps with each thing
   * @param passed which of the things are to be ignored, by themselves or for their size
   * @param crowd which of them by themselves
   * @param found which of them earlier detections have found
   * @param least the overlap that counts
   * @return -1: none
   */
  abstract int thing(
      double[] overlaps, boolean[] passed, boolean[] crowd, boolean[] found, double least);
}
