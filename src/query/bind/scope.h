// What every part of binding needs: what names may stand for, what "now" and "today" are, where
// problems go, and the cohorts bound so far.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
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

  // Custom properties: of users or of events, by name. The place is the definition.
  std::map<std::pair<bool, std::string>, Place> custom_properties = {};
  // Those bound so far: of users, the name, for a question about users; nullptr: has a problem,
  // already said.
  std::map<std::tuple<bool, std::string, bool>, std::shared_ptr<const PropertyFormula>> formulas =
      {};
  std::vector<std::string> open_formulas = {};  // as open_cohorts
  std::deque<base::Node> made =
      {};  // nodes that are not the document's own, kept alive for their places

  void set_timezone(base::TimeZone zone) {
    timezone = std::move(zone);
    today = timezone.to_local(as_of).date;
  }
};

}  // namespace starling::query
