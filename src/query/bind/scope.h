// What every part of binding needs: what names may stand for, what "now" and "today" are, where
// problems go, and the cohorts bound so far.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "query/bind/reader.h"
#include "query/catalog.h"
#include "query/query.h"

namespace starling::query {

struct Scope {
  const Catalog& catalog;
  base::TimeMs as_of;
  Problems problems = {};
  base::TimeZone timezone = base::TimeZone::utc();
  int week_start = 0;
  base::Date today = {};  // the local date of as_of

  std::vector<Cohort> cohorts = {};  // becomes Query::cohorts
  std::map<std::string, int> cohort_index =
      {};  // saved cohorts that were asked for; -1: has a problem, already said
  std::vector<std::string> open_cohorts = {};  // being bound right now, outermost first
  std::deque<base::Node> made =
      {};  // nodes that are not the document's own, kept alive for their places

  void set_timezone(base::TimeZone zone) {
    timezone = std::move(zone);
    today = timezone.to_local(as_of).date;
  }
};

}  // namespace starling::query
