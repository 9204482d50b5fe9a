package io.rezarr.vectors.write;

import io.rezarr.vectors.model.LinksConvention;

/**
 * What the root says that is no longer what the source said, beside the grids.
 *
 * @param linksConvention as links were written
 */
public record StoreChanges(LinksConvention linksConvention) {}
