// The ten questions of bench/peers, a file each.
#pragma once

#include "data.h"

namespace starling::sketch {

Answer views_by_country(const Data& data);       // Q1
Answer daily_users(const Data& data);            // Q2
Answer rolling_users(const Data& data);          // Q3
Answer revenue_by_platform(const Data& data);    // Q4
Answer funnel_by_country(const Data& data);      // Q5
Answer buyer_retention(const Data& data);        // Q6
Answer lapsed_buyers(const Data& data);          // Q7
Answer first_orders(const Data& data);           // Q8
Answer products_sold(const Data& data);          // Q9
Answer what_follows_an_order(const Data& data);  // Q10

}  // namespace starling::sketch
